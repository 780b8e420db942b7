/**
 * The planning service as a process. Only this package uses the service's jars: they are on the
 * module path of {@code eplb serve} alone, so that they cost the other commands nothing.
 */
@NullMarked
package io.eplb.cli.service;

import org.jspecify.annotations.NullMarked;
