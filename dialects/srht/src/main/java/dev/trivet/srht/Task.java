package dev.trivet.srht;

import java.time.Instant;

/**
 * A task of a job.
 *
 * @param id its number among the tasks of all jobs
 * @param number from 1, in the order of the manifest; its log has this number
 * @param name as in the manifest
 * @param created when its job was
 * @param updated when it began or ended, or else was created
 */
public record Task(int id, int number, String name, TaskStatus status, Instant created, Instant updated) {}
