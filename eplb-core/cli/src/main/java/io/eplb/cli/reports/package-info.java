/**
 * The results of commands and their printed forms. Each command has one {@link
 * io.eplb.cli.reports.Report}, which holds the figures and maps them to lines of text and to fields
 * of JSON. {@link io.eplb.cli.reports.TextReport} and {@link io.eplb.cli.reports.JsonObject} write
 * one form each; {@code io.eplb.cli.pictures} draws some of them for a browser. Figures of several
 * reports have a class of their own: {@link io.eplb.cli.reports.BalanceFigures} prints mean, p95
 * and maximum of PAR. Depends on neither commands nor picocli.
 */
@NullMarked
package io.eplb.cli.reports;

import org.jspecify.annotations.NullMarked;
