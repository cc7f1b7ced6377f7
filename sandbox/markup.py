"""Writing XML in one namespace: `Markup(namespace).Tag(child, "text", Attribute="value")`."""

from collections.abc import Callable

from lxml import etree

Written = etree._Element


class Markup:
    """Elements of one namespace, named as they are written."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def __getattr__(self, tag: str) -> Callable[..., Written]:
        def make(*inside: Written | str, **attributes: str) -> Written:
            default: dict[str, str] = {None: self._namespace}  # type: ignore[dict-item] # None: no prefix
            element = etree.Element(f"{{{self._namespace}}}{tag}", attributes, nsmap=default)
            for part in inside:
                if isinstance(part, str):
                    element.text = part
                else:
                    element.append(part)
            return element

        return make
