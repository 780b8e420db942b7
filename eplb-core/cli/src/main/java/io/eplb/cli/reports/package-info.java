/**
 * The results of commands and their printed forms. Each command has one {@link
 * io.eplb.cli.reports.Report}, which holds the figures and maps them to lines of text and to fields
 * of JSON. {@link io.eplb.cli.reports.TextReport}, {@link io.eplb.cli.reports.JsonObject} and
 * {@link io.eplb.cli.reports.HtmlPage} write one form each. Figures of several reports have a class
 * of their own: {@link io.eplb.cli.reports.BalanceFigures} prints mean, p95 and maximum of PAR.
 * Depends on neither commands nor picocli.
 */
@NullMarked
package io.eplb.cli.reports;

import org.jspecify.annotations.NullMarked;
