"""How days and times are written, in each language. Screens show them with the filters `day` and `moment`.

Django finds these through FORMAT_MODULE_PATH; both scripts of Chinese share `zh`. Short ones are for the narrow
columns of tables, and the first of the input formats is the one that date fields of a browser understand.
"""
