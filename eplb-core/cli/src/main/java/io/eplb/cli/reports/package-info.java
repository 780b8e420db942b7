/**
 * What commands print: a model of each result, which holds its figures once, and writers that
 * render models as a table, as JSON or as HTML. Knows neither commands nor picocli.
 */
@NullMarked
package io.eplb.cli.reports;

import org.jspecify.annotations.NullMarked;
