/**
 * Checks a received jar of policies: the program that {@code eplb policies --check} starts in a
 * process of its own.
 *
 * <p>It needs JUnit, ArchUnit and the contract kit, which the command line itself does without.
 * Therefore it is compiled with the tests, and packed with those libraries into the folder {@code
 * check} beside the folder {@code lib} of the program.
 */
@NullMarked
package io.eplb.check;

import org.jspecify.annotations.NullMarked;
