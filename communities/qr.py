"""QR codes, drawn as SVG inside the page: no image file, no request, nothing that a strict CSP would refuse."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

#: The light margin that readers need, in modules. Source: ISO/IEC 18004:2015, 6.3.8.
QUIET_ZONE = 4
#: A fold or a stain may cover about 15% of a code: it is printed, pinned up and handed over.
CORRECTION = "m"


def qr_code(text: str, alt: str) -> SafeString:
    """Return a QR code of `text` as inline SVG with `alt` as its name for those who do not see it.

    The code is black on white, with its quiet zone, in light and dark alike, because many readers cannot read it
    otherwise. The colours are attributes, so they hold on paper and without a style sheet. It is as large as its box:
    12 rem wide, or as wide as there is room inside an element with the class `qr--poster`.

    Raises:
        segno.DataOverflowError: `text` has more than 2,331 bytes.
    """
    drawn = segno.make(text, error=CORRECTION, micro=False).svg_inline(
        border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return format_html('<span class="qr" role="img" aria-label="{}">{}</span>', alt, mark_safe(drawn))  # noqa: S308 - segno's drawing: numbers only
