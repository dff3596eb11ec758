"""The template tag that draws a QR code: `{% load qr %}{% qr_code address alt %}`, in the templates of any app."""

from django import template

from communities.qr import qr_code

register = template.Library()
register.simple_tag(qr_code)
