"""Addresses of the app: how the office reaches people."""

from django.urls import path

from outreach.views import birthdays, debt, mailings, messages

urlpatterns = [
    path("birthdays/", birthdays.birthday_list, name="birthdays"),
    path("network/debt/", debt.debt, name="debt"),
    path("messages/", messages.message_list, name="messages"),
    path("messages/new/", mailings.compose, name="compose"),
    path("messages/<uuid:uuid>/", messages.message_detail, name="message"),
    path("messages/<uuid:uuid>/address/", messages.message_reveal, name="message_reveal"),
    path("messages/<uuid:uuid>/decide/", messages.message_decide, name="message_decide"),
    path("mailings/<uuid:uuid>/", mailings.mailing, name="mailing"),
    path("mailings/<uuid:uuid>/labels.pdf", mailings.mailing_labels, name="mailing_labels"),
    path("mailings/<uuid:uuid>/cards.pdf", mailings.mailing_cards, name="mailing_cards"),
    path("mailings/<uuid:uuid>/calls/", mailings.mailing_calls, name="mailing_calls"),
    path("mailings/<uuid:uuid>/posted/", mailings.mailing_posted, name="mailing_posted"),
]
