"""Personal data on a page: masked."""

from django import template

from people import masking

register = template.Library()
register.filter("mask_phone", masking.mask_phone)
register.filter("mask_document", masking.mask_document)
register.filter("mask_address", masking.mask_address)
register.filter("mask_name", masking.mask_name)
