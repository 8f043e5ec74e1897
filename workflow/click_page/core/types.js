/**
 * What travels between the page's modules, as types for `tsc`; there is nothing to run here.
 *
 * @typedef {[number, number, number]} Voxel [i, j, k] of the scan's file as stored, from 0.
 *
 * @typedef {object} Geometry How a scan's file lays its voxels into the body (oneclick/data/volume.py, Geometry).
 * @property {number[][]} affine (4, 4) from voxel indices to mm in RAS.
 * @property {[number[][] | null, number] | null} qform Its affine (null where its code is 0) and its code; null where the file has none.
 * @property {[number[][] | null, number] | null} sform The same of the sform.
 * @property {string | null} unit Of length: "mm", "unknown"; null where the file has no such thing.
 *
 * @typedef {object} Scan (oneclick/data/volume.py, Volume)
 * @property {Voxel} shape Voxels along i, j, k.
 * @property {Float32Array} data In the file's own unit; as stored, i fastest.
 * @property {number[][]} affine (4, 4) from voxel indices to mm in RAS.
 * @property {Geometry} header
 * @property {string[]} notes What was done in reading it, in sentences.
 *
 * @typedef {object} Click
 * @property {Voxel} voxel
 * @property {string} kind "tumour"; leaves the place for points of the background.
 * @property {string} [name] The point's label.
 *
 * @typedef {object} Doubt What is possible but doubtful: a warning with its numbers.
 * @property {string} problem
 * @property {string} mend
 *
 * @typedef {object} Grid How slices lie on a scan (oneclick/data/grid.py, Grid).
 * @property {Voxel} shape
 * @property {number} size Rows and columns of a slice that networks see.
 * @property {[number, number, number]} axes The stored axes along which rows, columns and slices are counted.
 * @property {[boolean, boolean]} flipped Whether rows and columns are counted against them: rows go to the patient's left,
 *   columns to the back.
 * @property {[number, number]} start Where the first pixel begins, in voxels, along rows and columns.
 * @property {[number, number]} pixel How long a pixel is, in voxels.
 * @property {[number, number]} pixelMm The same in mm.
 * @property {number | [number, number] | null} spacing The pixel in mm that was asked for; null if whole planes are resized.
 * @property {number} sliceMm From one slice's middle to that of the next.
 * @property {[number, number]} plane Rows and columns of a plane, in voxels.
 * @property {number} slices
 *
 * @typedef {object} Field The part of a slice that networks are shown (oneclick/segment/fields.py, Field).
 * @property {number} number The slice.
 * @property {Grid} grid Its start is the field's own.
 * @property {number[]} clicks Which clicks it was laid for, by their order.
 *
 * @typedef {object} Encoding (oneclick/clicks/encoding.py)
 * @property {"pixel" | "disk" | "gaussian" | "distance"} shape
 * @property {number | null} [size]
 * @property {"mm" | "pixels"} [unit]
 *
 * @typedef {object} Method Settings of a method.
 * @property {string} network
 * @property {string} [keep]
 * @property {number} [min_pixels]
 * @property {boolean} [fill_holes]
 *
 * @typedef {{least: number, median: number, most: number}} Seen mm
 *
 * @typedef {object} Study What the page knows of a finished study (oneclick/click_page/study.py).
 * @property {string} [name]
 * @property {boolean} phantom
 * @property {string | null} [trained_on] In words; of networks that were shared.
 * @property {number} size
 * @property {number | null} spacing
 * @property {"area" | "bilinear"} resize_pet
 * @property {{rows: Seen, columns: Seen, slices: Seen} | null} seen_mm
 * @property {4 | 8} connectivity
 * @property {number} folds
 * @property {Record<string, {clicks: string, encoding?: Encoding}>} networks
 * @property {Record<string, Method>} methods
 * @property {string} [method] The one shown first.
 * @property {Record<string, number[]>} thresholds By network, one a fold.
 * @property {Record<string, ([number, number] | null)[]>} windows By network, rows and columns of what it sees, one a fold; null:
 *   the whole slice.
 * @property {string} [digest]
 * @property {object} [code]
 *
 * @typedef {(network: string, fold: number, input: Float32Array, rows: number, columns: number) => Promise<Float32Array>} Run A
 *   network's raw output (rows, columns) for an input (rows, columns, channels), channels fastest; folds count from 1.
 *
 * @typedef {object} Lesion A row of the table of lesions (oneclick/segment/lesions.py, lesion_table).
 * @property {number} lesion
 * @property {number} n_voxels
 * @property {number} volume_ml
 * @property {number} suv_max
 * @property {number} suv_peak
 * @property {number} suv_mean
 * @property {number} mtv_ml
 * @property {number} tlg
 * @property {number} centroid_i
 * @property {number} centroid_j
 * @property {number} centroid_k
 * @property {number} n_clicks
 */
export {};
