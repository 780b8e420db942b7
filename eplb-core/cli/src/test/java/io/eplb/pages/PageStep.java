package io.eplb.pages;

import org.jspecify.annotations.Nullable;

/**
 * A command of a page, or several of one block.
 *
 * @param line the line of the page, counted from 1
 * @param command what a shell runs
 * @param output what it prints, or null if the page does not show it
 * @param mayFail whether the page goes on if the command fails
 */
record PageStep(int line, String command, @Nullable ExpectedOutput output, boolean mayFail) {}
