"""Stands in for the desktop's notification server on the bus it is started on.

Each notification is written to standard output as a line of JSON. A line on standard input is the
number of a notification whose body is then clicked, as a person would.
"""

import json

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"


class Server(dbus.service.Object):
    shown = 0

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, program, replaces, icon, title, body, actions, hints, timeout):
        self.shown += 1
        say({"id": self.shown, "title": str(title), "body": str(body), "actions": [str(a) for a in actions]})
        return dbus.UInt32(self.shown)

    @dbus.service.method(NAME, in_signature="u")
    def CloseNotification(self, number):
        self.NotificationClosed(number, dbus.UInt32(3))

    @dbus.service.method(NAME, out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body"]

    @dbus.service.method(NAME, out_signature="ssss")
    def GetServerInformation(self):
        return ("test", "Countersign", "1", "1.2")

    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, number, action):
        pass

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, number, reason):
        pass


def say(value):
    print(json.dumps(value), flush=True)


def click(source, condition):
    line = lines.readline()
    if not line:
        loop.quit()
        return False
    number = dbus.UInt32(int(line))
    server.ActionInvoked(number, "default")
    server.NotificationClosed(number, dbus.UInt32(2))
    return True


# Without a buffer: a line that waits in one is not seen by the loop.
lines = open(0, "rb", buffering=0)
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
owned = dbus.service.BusName(NAME, bus)
server = Server(bus, PATH)
loop = GLib.MainLoop()
GLib.io_add_watch(lines, GLib.IO_IN | GLib.IO_HUP, click)
say({"ready": True})
loop.run()
