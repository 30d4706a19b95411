"""Code for an interpreter of its own, in which the network cannot be asked for unseen."""

# Any connection, and any question for an address, ends the interpreter.
NO_NETWORK = """
import os, sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        os.write(2, f"the network was asked for: {arguments}".encode())
        os._exit(3)
sys.addaudithook(refuse)
"""
