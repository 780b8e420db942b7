package io.eplb.cli.commands;

import io.eplb.cli.pictures.RunRecord;
import io.eplb.core.format.OutputTarget;
import java.util.function.Supplier;

/**
 * The file of a report with pictures, and the record of the run, made once all inputs were read.
 *
 * @param file the file
 * @param run makes the record
 */
record PageOutput(OutputTarget file, Supplier<RunRecord> run) {}
