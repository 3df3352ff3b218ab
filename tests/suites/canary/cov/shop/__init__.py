"""A shop; a module that is imported while tests are collected."""

import os

NAME = "shop" if os.sep == "/" else "corner shop"
