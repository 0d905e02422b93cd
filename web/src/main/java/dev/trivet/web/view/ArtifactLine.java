package dev.trivet.web.view;

/** A file that a job left. */
public record ArtifactLine(String href, String path, String name, String size) {}
