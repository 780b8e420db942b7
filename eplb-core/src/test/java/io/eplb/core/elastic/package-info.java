/** Tests of tables for ranks that die, come back, join, leave or share a failure domain. */
@NullMarked
package io.eplb.core.elastic;

import org.jspecify.annotations.NullMarked;
