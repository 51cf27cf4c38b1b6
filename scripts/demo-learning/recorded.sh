#!/bin/sh
# Stands for a recorded program: takes as long as the place where it runs needs for it. Run by the demo of learning.
exec sleep "$(cat "$DEMO_TIMES/$RECORD")"
