"""A first instance of the program, as the session bus knows it just after a crash: the name is there,
and whoever asks it for something gets no answer.

Started with the name; says a line on standard output when it is known by it, and ends when asked.
"""

import os
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

name = sys.argv[1] + ".SingleInstance"


class Instance(dbus.service.Object):
    @dbus.service.method("org.SingleInstance.DBus", in_signature="ass")
    def ExecuteCallback(self, words, folder):
        os._exit(0)


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
owned = dbus.service.BusName(name, bus)
instance = Instance(bus, "/" + name.replace(".", "/").replace("-", "_"))
print("known", flush=True)
GLib.MainLoop().run()
