@NullMarked
package io.eplb.core.balance;

import org.jspecify.annotations.NullMarked;
