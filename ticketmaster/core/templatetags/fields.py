"""How a form's field is written on a page."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def without_placeholder(field: BoundField) -> SafeString:
    """The field's control; its label says what belongs there, so nothing says it a second time."""
    return field.as_widget(attrs={"placeholder": False})
