package io.atelier.table;

import java.io.Serializable;

/** A rectangle in pixels of an oriented image. */
public record Box(
    @Column("Left edge, pixels") int x,
    @Column("Top edge, pixels") int y,
    @Column("Width, pixels") int width,
    @Column("Height, pixels") int height)
    implements Serializable {}
