"""What every template may use without being given it, and how templates are compiled."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app, g, request
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from app import clock
from app.web import access, assets, filters, pages, reading, security

PARTS = 256  # kept in one worker for each language
FOR_EVERYBODY = ("_", "ngettext", "asset", "url_for", "link_card")


def init(app: Flask) -> None:
    app.context_processor(context)
    app.add_template_global(assets.url, "asset")
    app.add_template_global(access.may, "may")
    app.add_template_global(access.is_fresh, "is_fresh")
    app.add_template_global(security.csrf_field, "csrf_field")
    app.add_template_global(hidden_key, "hidden_key")
    app.add_template_global(translated, "_")
    app.add_template_global(counted, "ngettext")


def translated(text: str, **values: Any) -> Markup:
    """`_()` of templates, without the detours of Jinja's own: a page has dozens of sentences."""
    return _filled(_catalogue(get_locale()).ugettext(text), values)


def counted(one: str, many: str, num: int, **values: Any) -> Markup:
    """`ngettext()` of templates: the sentence for this number, which stands in it as `%(num)s`."""
    return _filled(_catalogue(get_locale()).ungettext(one, many, num), {"num": num, **values})


def _filled(text: str, values: dict[str, Any]) -> Markup:
    words = Markup(text)  # noqa: S704 the catalogue's words are ours
    return words % values if values or "%" in words else words


@cache
def _catalogue(_language: Locale | None) -> NullTranslations:
    return get_translations()


class Templates(Environment):
    """Flask's own, once for each language, so that what a template always says is looked up when it is compiled."""

    language: Locale | None = None
    kept: Callable[..., Markup]  # of the templates of parts: `_render`, once for the same

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.languages: dict[Locale, Templates] = {}
        self._of_parts: Templates | None = None

    def get_or_select_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """Where every page begins; what it includes and extends is compiled in the same language."""
        if self.language is None and (reader := get_locale()) is not None:
            return self._in(reader).get_or_select_template(name, parent, globals)
        return super().get_or_select_template(name, parent, globals)

    def _in(self, language: Locale) -> Templates:
        if language not in self.languages:
            own = self.overlay()
            own.language, own._of_parts = language, None
            self.languages[language] = own
        return self.languages[language]

    def of_parts(self) -> Templates:
        """This language's templates of parts, which know no more than they are given and what is so for everybody."""
        if self._of_parts is None:
            part = self.overlay()
            part.globals = {name: value for name, value in self.globals.items() if name in FOR_EVERYBODY}
            part.filters = {name: value for name, value in self.filters.items() if name != "ruby"}  # asks the reader
            part.kept = lru_cache(maxsize=PARTS)(part._render)
            self._of_parts = part
        return self._of_parts

    def _render(self, name: str, region: Any, given: tuple[tuple[str, Any], ...]) -> Markup:
        return Markup(self.get_template(name).render(given, region=region))  # noqa: S704 a template's own output

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return tree if self.language is None else _Constants(self, tree).visit(tree)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A file of macros without globals of its own gets the shared ones as they are, not in a chain: at each
        import Jinja compares them with the page's, name by name.
        """
        return super().make_globals(d) if d else self.globals


class _Constants(NodeTransformer):
    """Puts in the place of `_('…')` its sentence, and in that of a drawn mark its drawing: a page has dozens."""

    MARKS = "components/marks.html"

    def __init__(self, templates: Templates, tree: nodes.Template) -> None:
        self.templates = templates
        imports = (one for one in tree.find_all(nodes.FromImport) if one.template == nodes.Const(self.MARKS))
        self.marks = {name for one in imports for name in one.names if isinstance(name, str)}

    def visit_Call(self, call: nodes.Call) -> nodes.Node:
        call = self.generic_visit(call)  # type: ignore[assignment]  # Jinja types it as any node
        given = [one.value for one in call.args if isinstance(one, nodes.Const)]
        if not isinstance(call.node, nodes.Name) or len(given) < len(call.args) or call.kwargs or call.dyn_args:
            return call
        if call.node.name == "_":
            value = _filled(_catalogue(self.templates.language).ugettext(*given), {})
        elif call.node.name in self.marks:
            value = getattr(self.templates.get_template(self.MARKS).module, call.node.name)(*given)
        else:
            return call
        return nodes.Const(value, lineno=call.lineno, environment=call.environment)


def hidden_key(key: str | None = None) -> Markup:
    """The form's idempotency key; give the old one again when a form is shown with its errors."""
    return Markup('<input type="hidden" name="key" value="{}">').format(key or pages.new_key())


def context() -> dict[str, Any]:
    return {
        "region": g.get("region"),
        "actor": access.actor(),
        "language": "en" if filters.english() else "ja",
        "text_size": reading.chosen_or("size", "m"),
        "theme": reading.chosen_or("theme", "auto"),
        "is_demo": current_app.extensions["is_demo"](),
        "now": clock.now(),
        "said": pages.said(),
        "on_network": current_app.extensions["config"].on_network,
        "origin": current_app.extensions["config"].origin,
        "here": _here(),
    }


def _here() -> str:
    """The page to come back to after a change of language; a form names it, if it can be read at all."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    try:
        return request.form.get("back", "/")
    except HTTPException:  # too large: the page that says so is still to come
        return "/"
