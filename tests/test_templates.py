"""Rules that every template and stylesheet keeps, whoever writes it. Each check is tried on a fault of its own first."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
CSS = ROOT / "static" / "css"
#: Rendered by name by Django or its packages, not by a line of ours.
CALLED_BY_DJANGO = re.compile(r"^(400|403|403_csrf|404|500)\.html$|^(django|admin|registration|import_export)/")
#: Classes that name a hook for a script or belong to a package's own stylesheet.
HOOKS = re.compile(r"^(js-|leaflet-|htmx-)")
PAINTS = "black|white|red|green|blue|orange|yellow|purple|brown|gr[ae]y|silver|navy|teal|maroon|pink|gold"
RAW_COLOUR = re.compile(
    rf"(#[0-9a-f]{{3,8}}\b(?![\w-]*\s*\{{)|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(|:\s*(?:{PAINTS})\s*[;}}])", re.I
)
SYSTEM_COLOUR = re.compile(
    r":[^;]*\b(?:Canvas|CanvasText|LinkText|Highlight|HighlightText|ButtonFace|ButtonText|ButtonBorder)\b"
)
#: What is no text though it stands between tags: notes, and the block whose word ends a class.
COMMENT = re.compile(
    r"\{% block width %\}.*?\{% endblock[^%]*%\}|\{% comment[^%]*%\}.*?\{% endcomment %\}|\{#.*?#\}|<!--.*?-->", re.S
)
TRANSLATED = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.S)
VERBATIM = re.compile(r"<(code|kbd|script)\b.*?</\1>", re.S)
SAYING = re.compile(r"\s(?:aria-label|alt|title|placeholder|aria-description)=(?:\"([^\"]*)\"|'([^']*)')")
#: Words that are the same in every language.
NAMES = {"csv", "xlsx", "geojson", "kith"}


def templates() -> list[str]:
    """Return the names of all templates."""
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())


def html_templates() -> list[str]:
    """Return the names of those that are pages or parts of them."""
    return [name for name in templates() if name.endswith(".html")]


def components() -> list[str]:
    """Return the names of the components."""
    return [name for name in templates() if name.startswith("components/")]


def stylesheets() -> list[str]:
    """Return the names of all stylesheets below static/css."""
    return sorted(path.relative_to(CSS).as_posix() for path in CSS.rglob("*.css"))


def read(name: str) -> str:
    """Return a template's source."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def classes_drawn() -> set[str]:
    """Return every class that a stylesheet of ours mentions."""
    return {found for name in stylesheets() for found in re.findall(r"\.([a-z][\w-]*)", (CSS / name).read_text())}


def inline_code(source: str) -> list[str]:
    """Return inline scripts, styles and handlers: the content policy refuses them."""
    bare = COMMENT.sub("", source)
    scripts = [
        tag for tag in re.findall(r"<script\b[^>]*>", bare) if "src=" not in tag and "application/json" not in tag
    ]
    handlers = re.findall(r"<[a-z][^>]*?\s((?:on[a-z]+|hx-on[\w:-]*|style)=)", bare)
    return [*scripts, *re.findall(r"<style\b", bare), *handlers, *re.findall(r"javascript:", bare)]


def unescaped(source: str) -> list[str]:
    """Return the doors by which what people typed could become markup."""
    return re.findall(r"\|\s*safe(?:seq)?\b|\{%\s*autoescape off", COMMENT.sub("", source))


def raw_colours(source: str) -> list[str]:
    """Return colours written out instead of named by what they mean."""
    bare = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    return [found.group().strip() for pattern in (RAW_COLOUR, SYSTEM_COLOUR) for found in pattern.finditer(bare)]


def words_of(text: str) -> list[str]:
    """Return words in some human language."""
    return [word for word in re.findall(r"[^\W\d_]{2,}", text) if word.lower() not in NAMES]


def untranslated(source: str) -> list[str]:
    """Return words that gettext never sees: bare text, and attributes that are read aloud."""
    bare = VERBATIM.sub("", TRANSLATED.sub("", COMMENT.sub("", source)))
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", bare, flags=re.S)
    said = [first or second for first, second in SAYING.findall(bare)]
    text = re.sub(r"&\w+;", "", re.sub(r"<[^>]*>", "\n", bare))
    return [line.strip() for line in (*said, *text.splitlines()) if words_of(line)]


def unknown_classes(source: str, known: set[str]) -> list[str]:
    """Return classes that no stylesheet draws; names put together by the template are left to the eye."""
    found = []
    for value in re.findall(r'\bclass="([^"]*)"', COMMENT.sub("", source)):
        whole = re.sub(r"\S*\{\{.*?\}\}\S*", " ", re.sub(r"\{%.*?%\}", " ", value))
        found += [
            name for name in whole.split() if name not in known and not name.endswith("--") and not HOOKS.match(name)
        ]
    return found


def loose_includes(source: str, needs_token: set[str]) -> list[str]:
    """Return includes of components that let the page's variables leak in, or forget the token a form needs."""
    found = []
    for tag in re.findall(r"\{%\s*include\s+[\"']components/[^%]*%\}", COMMENT.sub("", source)):
        name = re.search(r"components/[\w/]+\.html", tag).group()
        if " only " not in tag:
            found.append(f"{name} without only")
        elif name in needs_token and "csrf_token=csrf_token" not in tag:
            found.append(f"{name} without csrf_token=csrf_token")
    return found


def lacks_header(source: str) -> list[str]:
    """Return a component's fault when it does not begin by saying what it is and takes."""
    return [] if re.match(r"(\{% load [^%]*%\}\s*)?\{% comment %\}", source) else ["no header comment"]


def leaves() -> set[str]:
    """Return the components that hold a form, so need the token passed."""
    return {name for name in components() if "{% csrf_token %}" in read(name)}


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        (inline_code, "<script>go()</script>"),
        (inline_code, '<a href="/" onclick="go()">'),
        (inline_code, '<p class="x" style="color: red">'),
        (inline_code, "<style>p {}</style>"),
        (unescaped, "{{ words|safe }}"),
        (unescaped, "{% autoescape off %}"),
        (raw_colours, "a { color: #fff; }"),
        (raw_colours, "a { color: red; }"),
        (raw_colours, "a { background: rgb(0 0 0 / 50%); }"),
        (raw_colours, "a { color: CanvasText; }"),
        (untranslated, "<p>Good morning</p>"),
        (untranslated, '<nav aria-label="Pages"></nav>'),
        (lambda source: unknown_classes(source, {"card"}), '<p class="card crad">'),
        (lambda source: loose_includes(source, set()), '{% include "components/card.html" with title=x %}'),
        (
            lambda source: loose_includes(source, {"components/form.html"}),
            '{% include "components/form.html" with a=b only %}',
        ),
        (lacks_header, "<p>{{ words }}</p>"),
    ],
)
def test_check_finds_the_fault_it_is_for(check: Callable[[str], list[str]], fault: str) -> None:
    assert check(fault)


@pytest.mark.parametrize(
    ("check", "fine"),
    [
        (inline_code, '<script src="{% static \'js/site.js\' %}" defer></script><p data-on="x">'),
        (unescaped, "{{ words|linebreaks }} {# never |safe #}"),
        (raw_colours, "#main { color: var(--color-ink); background: none; } /* not #fff */"),
        (
            untranslated,
            '<p aria-label="{% translate "Pages" %}">{% blocktranslate %}Hello{% endblocktranslate %} – 3</p>',
        ),
        (lambda source: unknown_classes(source, {"card"}), '<p class="card{% if x %} card{% endif %} tone-{{ x }}">'),
        (
            lambda source: loose_includes(source, {"components/form.html"}),
            '{% include "components/card.html" with a=b only %}',
        ),
        (lacks_header, "{% load i18n %}{% comment %}A card. title.{% endcomment %}<p>"),
    ],
)
def test_check_leaves_good_source_alone(check: Callable[[str], list[str]], fine: str) -> None:
    assert check(fine) == []


def faults(names: list[str], check: Callable[[str], list[str]], source: Callable[[str], str] = read) -> list[str]:
    """Return each fault with the file it is in."""
    return [f"{name}: {fault}" for name in names for fault in check(source(name))]


def test_templates_hold_no_inline_code() -> None:
    assert faults(html_templates(), inline_code) == []


def test_pages_escape_everything() -> None:
    """Letters are plain text, so only they may turn escaping off."""
    assert faults(html_templates(), unescaped) == []


def test_every_word_is_translatable() -> None:
    ours = [
        name for name in html_templates() if not name.startswith("admin/")
    ]  # whose blocks hold Django's class names
    assert faults(ours, untranslated) == []


def test_every_class_is_drawn() -> None:
    known = classes_drawn()
    assert faults(html_templates(), lambda source: unknown_classes(source, known)) == []


def test_components_are_included_with_only_what_they_take() -> None:
    pages = [name for name in html_templates() if not name.startswith("components/") and not name.startswith("base")]
    needs_token = leaves()
    assert faults(pages, lambda source: loose_includes(source, needs_token)) == []


def test_every_component_says_what_it_takes() -> None:
    assert faults(components(), lacks_header) == []


def test_every_template_compiles() -> None:
    for name in templates():
        assert get_template(name) is not None


def references() -> Iterator[str]:
    """Yield the text of everything that can name a template."""
    for folder in ("config", "communities", "assets", "connectors", "sparks", "evaluation", "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"}:
                yield path.read_text(encoding="utf-8")


def test_no_template_is_left_unused() -> None:
    text = "\n".join(references())
    named = set(re.findall(r"[\"']([\w/.-]+\.(?:html|txt))(?=[\"'#{])", text))
    assert [name for name in templates() if name not in named and not CALLED_BY_DJANGO.match(name)] == []


def test_every_component_stands_in_the_style_guide() -> None:
    """Those that only the frame or another component uses are on every page, the style guide too."""
    guide = read("config/styleguide.html")
    frame = "".join(read(name) for name in html_templates() if name.startswith(("base", "components/")))
    assert [name for name in components() if f'"{name}"' not in guide and f'{{% include "{name}"' not in frame] == []


def test_colours_live_in_tokens_only() -> None:
    sheets = [name for name in stylesheets() if name != "tokens.css"]
    assert faults(sheets, raw_colours, lambda name: (CSS / name).read_text()) == []
    drawn = [
        name for name in html_templates() if re.search(r"\s(?:fill|stroke|color)=\"(?!none|currentColor)", read(name))
    ]
    assert drawn == []


def test_main_css_brings_in_every_stylesheet() -> None:
    """A sheet that few pages need may be linked by them instead."""
    imported = re.findall(r'@import url\("([^"]+)"\)', (CSS / "main.css").read_text())
    linked = {found for text in references() for found in re.findall(r"'css/([\w/.-]+\.css)'", text)}
    assert sorted(imported) == [name for name in stylesheets() if name not in linked]
    assert len(imported) == len(set(imported))


def test_tokens_that_are_used_are_defined() -> None:
    tokens = set(re.findall(r"(--[\w-]+):", (CSS / "tokens.css").read_text()))
    ours = [name for name in stylesheets() if name != "admin.css"]  # which speaks in the tokens of Django's admin
    used = {token for name in ours for token in re.findall(r"var\((--[\w-]+)", (CSS / name).read_text())}
    assert used - tokens == set()
