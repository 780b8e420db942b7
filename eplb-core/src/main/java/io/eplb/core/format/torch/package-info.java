/**
 * Files that {@code torch.save} writes, zip archives and the older form, without Python.
 *
 * <p>A pickle is a program. This reader runs only the part of it that builds lists, dictionaries,
 * numbers, texts and tensors; a file that names anything else is refused by that name, and nothing
 * of it is ever called. Decisions: a tensor is a view on the bytes of its storage, and is converted
 * when it is asked for; it may not have more elements than its storage, so that a small file cannot
 * claim a large array. The device of a storage does not matter: its bytes are in the file.
 *
 * <p>Source: Python's {@code pickle} and {@code pickletools}, and {@code torch.serialization}
 * (pytorch/pytorch).
 */
@NullMarked
package io.eplb.core.format.torch;

import org.jspecify.annotations.NullMarked;
