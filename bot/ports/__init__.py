"""What Signalbox needs from the outside, as Protocols, and the frozen values they speak."""
