/**
 * The results of commands, and how they are printed. Each command has one {@link
 * io.eplb.cli.reports.Report}, which holds its figures once and maps them to lines of text and to
 * fields of JSON; {@link io.eplb.cli.reports.TextReport}, {@link io.eplb.cli.reports.JsonObject}
 * and {@link io.eplb.cli.reports.HtmlPage} write each form. Figures that several reports show have
 * one class: {@link io.eplb.cli.reports.BalanceFigures} has mean, p95 and maximum of PAR. Knows
 * neither commands nor picocli.
 */
@NullMarked
package io.eplb.cli.reports;

import org.jspecify.annotations.NullMarked;
