"""The demonstration's exam: two pages that need nothing from outside.

The page sends the answers once, as a JSON object of field name to text (or list of texts), in a POST to `/answers`;
any 2xx answer takes it to `handed-in.html`. It keeps nothing in the browser's storage: what is typed exists in the
page until it is sent, and nowhere else.
"""

from importlib.resources import files as _files
from importlib.resources.abc import Traversable


def files() -> Traversable:
    """Return the folder that holds `index.html`, `handed-in.html`, `style.css` and `exam.js`."""
    return _files(__name__)
