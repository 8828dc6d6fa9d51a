"""An invented office to look at and to try out: its network, its people, a year of visits and a year of cases.

Everybody in it is made up, and every number looks right and belongs to nobody. The same day gives the same office.
"""
