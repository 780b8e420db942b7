@NullMarked
package io.eplb.policies.deepseek;

import org.jspecify.annotations.NullMarked;
