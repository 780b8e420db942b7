/**
 * The reports that a command draws for a browser: one HTML file each, without scripts and without
 * anything loaded from elsewhere.
 *
 * <p>{@link io.eplb.cli.pictures.PlanPage} and {@link io.eplb.cli.pictures.SimulationPage} choose
 * what is shown; {@link io.eplb.cli.pictures.HtmlPage} is the frame around it. Decisions:
 *
 * <ul>
 *   <li>Every figure stands above a table with its numbers, which opens without a script.
 *   <li>A drawing has a fixed height and takes the width that there is: only its lines are
 *       stretched, so that texts and markers keep their size on a narrow screen.
 *   <li>Colours are named in {@code page.css} for light, dark and paper. A line has a dash pattern,
 *       a marker and a label at its end besides.
 *   <li>A heat map is a PNG with a palette inside the page, once for light and once for dark; cells
 *       too many to be seen are joined, and the hottest is shown.
 *   <li>The drawings are our own few classes. The charting libraries of the Java world draw through
 *       AWT, which would load the desktop module at each start, and know neither a browser's colour
 *       scheme nor its screen readers.
 * </ul>
 */
@NullMarked
package io.eplb.cli.pictures;

import org.jspecify.annotations.NullMarked;
