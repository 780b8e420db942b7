package io.eplb.core.format.torch;

/**
 * The elements that tensors are views on.
 *
 * @param key its name in the file
 * @param type the type of an element
 * @param elements the number of elements that the pickle claims
 */
record TorchStorage(String key, StorageType type, long elements) {}
