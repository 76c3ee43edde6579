"""A small window at the top left of the screen from which a file can be dragged, as from a file manager.

Started with the file; says a line on standard output when it can be seen.
"""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

file = pathlib.Path(sys.argv[1]).as_uri()

place = Gtk.EventBox()
place.add(Gtk.Label(label="File"))
place.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
place.drag_source_add_uri_targets()
place.connect("drag-data-get", lambda widget, drag, data, info, time: data.set_uris([file]))

window = Gtk.Window(title="Files", decorated=False)
window.set_default_size(60, 60)
window.set_keep_above(True)
window.add(place)
window.connect("map-event", lambda *rest: print("seen", flush=True))
window.show_all()
window.move(0, 0)
Gtk.main()
