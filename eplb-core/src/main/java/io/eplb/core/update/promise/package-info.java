/**
 * A switch of layers that stops nobody: ranks promise not to begin a step far ahead before they
 * know the decision, and each carries it out by itself when it comes to that step.
 */
@NullMarked
package io.eplb.core.update.promise;

import org.jspecify.annotations.NullMarked;
