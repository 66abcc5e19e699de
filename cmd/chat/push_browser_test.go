package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	permission "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
)

// devtools sends a command of the browser's own.
func devtools[P, R any](b *tab, how func(context.Context, cdp.Command[P, R], P) (R, error), what cdp.Command[P, R], params P) {
	b.t.Helper()
	b.do(func(ctx context.Context, _ *chromedp.Target) (none chromedp.Void, err error) {
		_, err = how(ctx, what, params)
		return none, err
	})
}

// mayNotify lets the person's browser show notifications, as if they had been asked.
func (b *tab) mayNotify() {
	b.t.Helper()
	devtools(b, chromedp.CallBrowser, permission.SetPermission, permission.SetPermissionParams{
		Permission: &permission.PermissionDescriptor{Name: "notifications"}, Setting: permission.PermissionSettingGranted,
		Origin: b.base, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
	})
}

// shows waits until the browser shows exactly these notifications, by their titles. It looks in turn with the page
// and its worker: Chromium forgets a notification that is looked for while it is being shown.
func (b *tab) shows(titles ...string) {
	b.t.Helper()
	slices.Sort(titles)
	b.eval(`window.shown = undefined`)
	b.await(fmt.Sprintf("it shows %q", titles), fmt.Sprintf(`(navigator.locks.request("chat-showing", async () => {
		const registration = await navigator.serviceWorker.getRegistration("/")
		const all = await registration?.getNotifications() ?? []
		window.shown = all.map(n => n.title).sort().join("|")
	}), window.shown === %q)`, strings.Join(titles, "|")))
}

// A headless browser has no push service: it is given a subscription, and what a push service would deliver.
const subscribing = `PushManager.prototype.subscribe = async options => ({
	endpoint: "https://push.example/ada",
	keys: { p256dh: options.applicationServerKey, auth: "AAAAAAAAAAAAAAAAAAAAAA" },
})`

func TestTheServiceWorkerShowsWhatIsPushedAndTakesItBack(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.mayNotify()
	registrations := make(chan serviceworker.RegistrationID, 100)
	err := chromedp.Listen(ada.ctx, func(ev any) {
		if e, ok := ev.(*serviceworker.EventWorkerRegistrationUpdated); ok {
			for _, r := range e.Registrations {
				registrations <- r.RegistrationID
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	devtools(ada, chromedp.Call, serviceworker.Enable, cdp.Empty{})

	ada.open("/settings")
	const state = `document.querySelector("push-switch [data-part=state]").textContent`
	const button = chromedp.CSS(`push-switch [data-part=push]`)
	ada.await("she may be notified", state+`.startsWith("This browser can notify you")`)
	ada.eval(subscribing)
	ada.do(chromedp.Click(button))
	ada.await("she is notified from now on", state+`.startsWith("This browser notifies you")`)

	var worker serviceworker.RegistrationID
	select {
	case worker = <-registrations:
	case <-time.After(patience):
		t.Fatal("there is no service worker")
	}
	deliver := func(data string) {
		t.Helper()
		devtools(ada, chromedp.Call, serviceworker.DeliverPushMessage,
			serviceworker.DeliverPushMessageParams{Origin: ada.base, RegistrationID: worker, Data: data})
	}
	deliver(`{"id":"n1","kind":"mention","title":"Ada mentioned you","url":"/rooms/general"}`)
	deliver(`{"id":"n2","kind":"direct","title":"Grace wrote to you","url":"/rooms"}`)
	ada.shows("Ada mentioned you", "Grace wrote to you")
	deliver(`{"id":"n1","kind":"mention","title":"Ada mentioned you again","url":"/rooms/general"}`)
	ada.shows("Ada mentioned you again", "Grace wrote to you")
	deliver(`{"withdraw":["n1"]}`)
	ada.shows("Grace wrote to you")
	deliver(`{"id":"n3","kind":"mention","title":"Linus mentioned you","url":"/rooms/general","room":"general","seq":1}`)
	ada.shows("Grace wrote to you", "Linus mentioned you")
	programOf(ada, p).does(p, "/api/notify", url.Values{"user": {"Ada"}, "text": {"unread"}})
	ada.rings(1)
	ada.open("/rooms/general")
	ada.live()
	ada.shows("Grace wrote to you", "Linus mentioned you")
	grace := newMember(t, p, "Grace")
	grace.say(p, "@Ada hello")
	programOf(ada, p).does(p, "/rooms/general/read", nil)
	ada.shows("Grace wrote to you") // of the room all has been read, wherever it was pushed
	programOf(ada, p).does(p, "/notifications/read", nil)
	ada.shows()
	ada.open("/settings")

	ada.do(chromedp.Click(button))
	ada.await("she is not notified any more", state+`.startsWith("This browser can notify you")`)
}
