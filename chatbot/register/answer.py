"""From a structured question to the query that answers it."""

from chatbot.catalog import Catalog
from chatbot.clauses import named_tasks
from chatbot.draft import Draft
from chatbot.question import Intent, Question
from chatbot.register.claims import check_section, check_unit, false_premise, missing_numbers, missing_sections
from chatbot.register.deadlines import deadlines
from chatbot.register.differences import between_tasks, between_units, common_units
from chatbot.register.involved import involved
from chatbot.register.listing import count, tasks_that
from chatbot.register.responsible import units_of


def answer(question: Question, catalog: Catalog) -> Draft | None:
    """The answer to a structured question; None if it is none, or names nothing the register knows."""
    missing = missing_numbers(question, catalog) or missing_sections(question, catalog)
    return missing or false_premise(question, catalog) or _computed(question, catalog)


def _computed(question: Question, catalog: Catalog) -> Draft | None:
    match question.intent:
        case Intent.UNITS_OF_TASK:
            tasks = named_tasks(question, catalog)
            if question.common and len(tasks) > 1 and (len(question.numbers) > 1 or question.among):
                return common_units(question, catalog)
            if not tasks and question.sections:
                return involved(question, catalog)
            return units_of(tasks, catalog, question.language, question.conditions)
        case Intent.UNITS_INVOLVED:
            return involved(question, catalog)
        case Intent.CHECK_UNIT:
            return check_unit(question, catalog)
        case Intent.CHECK_SECTION:
            return check_section(question, catalog)
        case Intent.TASKS_OF_UNIT | Intent.TASKS_WITH:
            return tasks_that(question, catalog)
        case Intent.DEADLINES:
            return deadlines(question, catalog)
        case Intent.COMPARE_TASKS:
            return between_tasks(question, catalog)
        case Intent.COMPARE_UNITS:
            return between_units(question, catalog)
        case Intent.COUNT_TASKS:
            return count(question, catalog)
        case _:
            return None
