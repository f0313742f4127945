"""The tests mirror sesmon/; each states the rule it checks in one line."""
