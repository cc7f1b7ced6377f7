"""What a browser would send of a page's form: its fields as they stand, nothing else."""

from html.parser import HTMLParser

ON = "on"


class Form(HTMLParser):
    """The fields of the form with this action, as a browser without script sends them."""

    def __init__(self, page: str, action: str = "/declare") -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, str] = {}
        self.places: set[str] = set()
        """The names of all fields, also of those that send nothing now."""
        self.kinds: dict[str, str] = {}
        """`hidden` or what a person sees, by name."""
        self.labels: dict[str, str] = {}
        self.texts: list[str] = []
        self._action, self._inside, self._select, self._area, self._label = action, False, "", "", ""
        self._first, self._chosen = True, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("action") == self._action and given.get("method") == "post"
        if not self._inside:
            return
        name = given.get("name", "")
        if tag == "label":
            self._label = given.get("for", "")
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._select, self._chosen, self._first = name, False, True
            self._seen(name, "select")
        elif tag == "option" and self._select:
            if self._first or "selected" in given:
                self.fields[self._select] = given.get("value", "")
            self._first = False
        elif tag == "textarea":
            self._area = name
            self.fields[name] = ""
            self._seen(name, "textarea")

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        self._seen(name, kind)
        if kind in ("radio", "checkbox"):
            if "checked" in given:
                self.fields[name] = given.get("value", ON)
        elif name not in self.fields or kind != "hidden":
            self.fields[name] = given.get("value", "")

    def _seen(self, name: str, kind: str) -> None:
        self.places.add(name)
        self.kinds[name] = kind

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data
        elif self._label:
            self.labels[self._label] = self.labels.get(self._label, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "label":
            self._label = ""
        elif tag == "textarea" and self._area:
            text = self.fields[self._area].removeprefix("\n")
            self.fields[self._area], self._area = text.replace("\n", "\r\n"), ""

    def typed(self, **fields: str) -> dict[str, str]:
        """The form with something typed in; only what stands on the page can be typed or chosen."""
        wanted = {name.replace("__", "."): text for name, text in fields.items()}
        unknown = {name for name in wanted if name not in self.places}
        assert not unknown, f"not on the page: {sorted(unknown)}"
        return self.fields | wanted
