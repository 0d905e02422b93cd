package dev.trivet.web.view;

/** A state: a word, and the kind that gives it icon and colour. */
public record Badge(String kind, String word) {}
