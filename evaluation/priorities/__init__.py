"""Priorities of council plans and health strategies, which work is tagged with afterwards."""
