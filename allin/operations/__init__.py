"""Commands for those who run an installation: watch, reconcile, doctor, backup, rebuild, erase."""
