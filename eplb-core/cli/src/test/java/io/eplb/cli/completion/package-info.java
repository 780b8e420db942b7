@NullMarked
package io.eplb.cli.completion;

import org.jspecify.annotations.NullMarked;
