/** Tests of the files for embedding programs. */
@NullMarked
package io.eplb.core.file;

import org.jspecify.annotations.NullMarked;
