"""Amounts, dates, periods and sums as documents print them: whole, with their unit and what limits them."""

import re

_HAN = "〇零一二两三四五六七八九十百千万亿"
# 3000 | 1,445 | 30万 | 2～3 | 三十, never a part of one and never an ordinal's (第三)
_NUMERAL = rf"(?<![\d{_HAN}.,第])(?:\d[\d,]*(?:\.\d+)?\s*[百千万亿]*|[{_HAN}]+)(?![\d{_HAN}])\s*[余多]?"
_RANGED = rf"{_NUMERAL}(?:\s*[至到\-—–~～]\s*(?:\d[\d,.]*|[{_HAN}]+))?\s*"
_AT_LEAST = r"(?:不(?:少于|低于|超过|高于|多于|得超过|得少于|得低于)|至少|至多|超过)?"
_OR_MORE = r"(?:以上|以下|以内|之内|左右|内)?"
_MEASURE = (
    r"(?:个?(?:工作日|月|周岁|平方米|公里|千米|分钟|小时|学时|课时|学分|学期|学年|方面|大类)|人次|元|人|名|位|所|个|项|堂|节"
    r"|门|次|轮|回|届|期|级|档|类|条|章|款|批|支|家|座|间|辆|套|岁|年|日|天|周|倍|成|%|％|分|米|亩|字|册|种|件|对|班|朵)(?!之)"
)
# 不超过65岁 | 70%以上 | 四级九档
_AMOUNT = rf"{_AT_LEAST}{_RANGED}{_MEASURE}(?:{_NUMERAL}{_MEASURE})*{_OR_MORE}"
# 一倍以上五倍以下 | 25周岁以上、不超过60周岁
NUMBERS = re.compile(
    rf"{_AMOUNT}(?:[、，,至]?(?:以上)?{_AMOUNT})?(?<!、)|翻[一两]?番|全覆盖|(?:百|[{_HAN}])分之[{_HAN}]+"
)
# 到2025年底 | 6月2日10：00—6月5日15:00 | 5月的第二周 | 一九九六年七月十七日
_YEAR = r"(?:(?:19|20)\d\d\s*年|[一二][〇零一二三四五六七八九]{3}年)"
_MONTH = rf"(?<![\d{_HAN}])(?:\d{{1,2}}|[{_HAN}]{{1,2}})\s*月"
_DAY = rf"\s*(?:(?:\d{{1,2}}|[{_HAN}]{{1,3}})\s*日|的?第.周|份)"
_HOUR = r"(?:\s*\d{1,2}[:：]\d\d)?"
_DATE = rf"(?:{_YEAR}(?:\s*{_MONTH}(?:{_DAY})?)?|{_MONTH}{_DAY}|[春秋]季学期){_HOUR}"
DATES = re.compile(rf"{_DATE}(?:[底初末前]|以前|之前|年底)*(?:\s*[至到\-—–~～]\s*{_DATE})?")
# 每五年一轮 | 每半年进行一次 | 每学年 | 每年至少
EVERY = re.compile(
    rf"每[半{_HAN}\d\s]*个?(?:年|月|周|天|日|学期|学年|季度)(?:一轮|(?:[^，,。；、\d]{{0,4}})?{_NUMERAL}[次轮届回])?"
    rf"|{_NUMERAL}年一[次轮届]"
)
# 自发布之日起1个月内 | 3年 | 长期
PERIODS = re.compile(
    rf"(?:自[^，,。；]{{1,16}}之?日起)?{_RANGED}(?:个工作日|个?月|年|天|日|周|小时|分钟|学期|学年)(?:以上|以内|之内|内|前)?|半年|长期|即日"
)
# 处200元罚款 | 1万元以上2万元以下
_SUM = rf"{_AT_LEAST}{_RANGED}(?:[万亿]?元|倍){_OR_MORE}"
SUMS = re.compile(rf"{_SUM}(?:{_SUM})?|免费")
CONTACTS = re.compile(r"\d{3,4}-\d{7,8}|1\d{10}|(?:www\.|https?:)[^\s，。；）)]+|[\w.]+@[\w.]+")
