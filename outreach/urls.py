"""Addresses of the app: how the office reaches people."""

from django.urls import path

from outreach.views import birthdays, campaigns, debt, mailings, messages, pair_ups, registers

urlpatterns = [
    path("birthdays/", birthdays.birthday_list, name="birthdays"),
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/<uuid:uuid>/", campaigns.campaign, name="campaign"),
    path("campaigns/<uuid:uuid>/outside/", campaigns.campaign_outside, name="campaign_outside"),
    path("campaigns/<uuid:uuid>/launch/", campaigns.campaign_launch, name="campaign_launch"),
    path("campaigns/<uuid:uuid>/sheet/", campaigns.campaign_sheet, name="campaign_sheet"),
    path("campaigns/<uuid:uuid>/close/", campaigns.campaign_close, name="campaign_close"),
    path("m/campaigns/", campaigns.phone_campaigns, name="phone_campaigns"),
    path("m/campaigns/<uuid:uuid>/", campaigns.phone_campaign, name="phone_campaign"),
    path("network/debt/", debt.debt, name="debt"),
    path("households/<uuid:uuid>/pair-up/", pair_ups.pair_up_new, name="pair_up_new"),
    path("pair-ups/", pair_ups.pair_up_list, name="pair_ups"),
    path("pair-ups/<uuid:uuid>/", pair_ups.pair_up, name="pair_up"),
    path("pair-ups/<uuid:uuid>/contact/", pair_ups.pair_up_contact, name="pair_up_contact"),
    path("pair-ups/<uuid:uuid>/renew/", pair_ups.pair_up_renew, name="pair_up_renew"),
    path("pair-ups/<uuid:uuid>/end/", pair_ups.pair_up_end, name="pair_up_end"),
    path("pair-ups/<uuid:uuid>/letter/", pair_ups.pair_up_letter, name="pair_up_letter"),
    path("m/pair-ups/", pair_ups.phone_pair_ups, name="phone_pair_ups"),
    path("registers/", registers.register_list, name="registers"),
    path("registers/proposals/<int:pk>/", registers.register_answer, name="register_answer"),
    path("messages/", messages.message_list, name="messages"),
    path("messages/new/", mailings.compose, name="compose"),
    path("messages/chat/", messages.chat, name="chat"),
    path("messages/<uuid:uuid>/", messages.message_detail, name="message"),
    path("messages/<uuid:uuid>/address/", messages.message_reveal, name="message_reveal"),
    path("messages/<uuid:uuid>/decide/", messages.message_decide, name="message_decide"),
    path("mailings/", mailings.mailing_list, name="mailings"),
    path("mailings/<uuid:uuid>/", mailings.mailing, name="mailing"),
    path("mailings/<uuid:uuid>/labels.pdf", mailings.mailing_labels, name="mailing_labels"),
    path("mailings/<uuid:uuid>/cards.pdf", mailings.mailing_cards, name="mailing_cards"),
    path("mailings/<uuid:uuid>/calls/", mailings.mailing_calls, name="mailing_calls"),
    path("mailings/<uuid:uuid>/posted/", mailings.mailing_posted, name="mailing_posted"),
]
