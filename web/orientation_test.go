package web

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// The corners of a picture as it is to be seen.
var (
	topLeft, topRight       = color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}
	bottomLeft, bottomRight = color.RGBA{0, 0, 255, 255}, color.RGBA{255, 255, 255, 255}
)

// sides says for each orientation, in the words of the standard, on which sides of what is to be seen the first row
// and the first column of what is stored lie.
var sides = [9][2]string{
	1: {"top", "left"}, 2: {"top", "right"}, 3: {"bottom", "right"}, 4: {"bottom", "left"},
	5: {"left", "top"}, 6: {"right", "top"}, 7: {"right", "bottom"}, 8: {"left", "bottom"},
}

// stored is how a camera stores the picture with these corners.
func stored(o orientation) image.Image {
	const width, height = 96, 64
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for row := range height {
		for column := range width {
			on := map[string]bool{sides[o][0]: row < height/2, sides[o][1]: column < width/2}
			top, left := isOn(on, "top", "bottom"), isOn(on, "left", "right")
			corner := map[[2]bool]color.RGBA{
				{true, true}: topLeft, {true, false}: topRight, {false, true}: bottomLeft, {false, false}: bottomRight,
			}[[2]bool{top, left}]
			picture.SetRGBA(column, row, corner)
		}
	}
	return picture
}

// isOn says whether something lies on a side, of which perhaps only the opposite is known.
func isOn(on map[string]bool, side, opposite string) bool {
	if lies, known := on[side]; known {
		return lies
	}
	return !on[opposite]
}

// exif is a segment that tells an orientation, among other things.
func exif(order binary.AppendByteOrder, o uint16) []byte {
	tiff := []byte("MM")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		tiff = []byte("II")
	}
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 10) // where the directory is
	tiff = append(tiff, 0, 0)
	tiff = order.AppendUint16(tiff, 2)
	for _, entry := range [][2]uint16{{0x0100, 96}, {0x0112, o}} {
		tiff = order.AppendUint16(order.AppendUint16(tiff, entry[0]), 3)
		tiff = order.AppendUint16(order.AppendUint32(tiff, 1), entry[1])
		tiff = append(tiff, 0, 0)
	}
	return append([]byte("Exif\x00\x00"), order.AppendUint32(tiff, 0)...)
}

// with puts segments of a kind before the others of a JPEG.
func with(picture []byte, segments ...[]byte) []byte {
	file := bytes.Clone(picture[:2])
	for _, s := range segments {
		file = append(binary.BigEndian.AppendUint16(append(file, 0xff, 0xe1), uint16(len(s)+2)), s...)
	}
	return append(file, picture[2:]...)
}

func TestAPictureIsSeenAsTheCameraWasHeld(t *testing.T) {
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		for o := orientation(1); o <= 8; o++ {
			t.Run(fmt.Sprintf("%v %d", order, o), func(t *testing.T) {
				sees(t, with(jpegOf(t, stored(o)), []byte("http://ns.adobe.com/xap/1.0/\x00<x/>"), exif(order, uint16(o))))
			})
		}
	}
}

func TestAnOrientationThatCannotBeUnderstoodIsNone(t *testing.T) {
	picture := jpegOf(t, stored(1))
	whole := exif(binary.LittleEndian, 6)
	if o := orientationOf(with(picture, whole)); o != 6 {
		t.Fatalf("the whole tag says %d: this proves nothing", o)
	}
	for n := range len(whole) - 4 { // where the next directory is, nobody asks
		if o := orientationOf(with(picture, whole[:n])); o != 1 {
			t.Errorf("of %d bytes it says %d", n, o)
		}
	}
	sees(t, with(picture, whole[:20]))
	sees(t, picture)
	sees(t, with(picture, exif(binary.BigEndian, 0)))
	sees(t, with(picture, exif(binary.BigEndian, 9)))
	sees(t, with(picture, exif(binary.BigEndian, 0xffff)))
	sees(t, with(picture, []byte("Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff")))
	sees(t, pngOf(t, stored(1)))
}

// sees checks how a file is drawn.
func sees(t *testing.T, file []byte) {
	t.Helper()
	drawn, err := redraw(file)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(drawn.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	const near, far = avatarSide / 8, avatarSide * 7 / 8
	for at, want := range map[image.Point]color.RGBA{{near, near}: topLeft, {far, near}: topRight, {near, far}: bottomLeft, {far, far}: bottomRight} {
		if got := picture.At(at.X, at.Y); !alike(got, want) {
			t.Errorf("at %v is %v, want %v", at, got, want)
		}
	}
}

// alike says whether a colour is another one but for what JPEG does to it.
func alike(a, b color.Color) bool {
	r1, g1, b1, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	return max(r1, r2)-min(r1, r2) < 0x3000 && max(g1, g2)-min(g1, g2) < 0x3000 && max(b1, b2)-min(b1, b2) < 0x3000
}

func FuzzOrientation(f *testing.F) {
	jpeg := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 3, 0, 0xff, 0xda, 0, 2, 0xff, 0xd9}
	for o := range uint16(10) {
		f.Add(with(jpeg, exif(binary.LittleEndian, o)))
		f.Add(with(jpeg, exif(binary.BigEndian, o)))
	}
	f.Add(jpeg)
	f.Add([]byte{0xff, 0xd8, 0xff, 0xff, 0xff, 0xff})
	f.Add([]byte{0xff, 0xd8, 0xff, 0xe1, 0, 0})
	f.Add(with(jpeg, []byte("Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff")))
	f.Fuzz(func(t *testing.T, file []byte) {
		if o := orientationOf(file); o < 1 || o > 8 {
			t.Errorf("the orientation is %d", o)
		}
	})
}
