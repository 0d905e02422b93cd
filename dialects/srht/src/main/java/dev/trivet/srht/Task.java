package dev.trivet.srht;

/**
 * A task of a job.
 *
 * @param number from 1, in the order of the manifest; its log has this number
 * @param name as in the manifest
 */
public record Task(int number, String name, TaskStatus status) {}
