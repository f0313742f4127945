"""SHOW on a screen: the only place that imports textual, rich and plotext."""
