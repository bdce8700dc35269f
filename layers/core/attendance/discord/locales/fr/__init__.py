"""Français."""
