"""python -m chatbot: the command reformqa."""

from chatbot.cli import main

if __name__ == "__main__":
    main()
