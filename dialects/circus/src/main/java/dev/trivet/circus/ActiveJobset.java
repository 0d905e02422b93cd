package dev.trivet.circus;

/** A jobset that is evaluated, with what is needed of its project. */
public record ActiveJobset(Jobset jobset, String projectName, String repositoryUrl) {}
