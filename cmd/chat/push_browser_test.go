package main

import (
	"context"
	"fmt"
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

// A headless browser has no push service: it is given a subscription, and what a push service would deliver.
const subscribing = `PushManager.prototype.subscribe = async options => ({
	endpoint: "https://push.example/ada",
	keys: { p256dh: options.applicationServerKey, auth: "AAAAAAAAAAAAAAAAAAAAAA" },
})`

func TestTheServiceWorkerShowsWhatIsPushedAndTakesItBack(t *testing.T) {
	ada := person(t, startProcess(t))
	ada.signUp("Ada")
	devtools(ada, chromedp.CallBrowser, permission.SetPermission, permission.SetPermissionParams{
		Permission: &permission.PermissionDescriptor{Name: "notifications"}, Setting: permission.PermissionSettingGranted,
		Origin: ada.base, BrowserContextID: chromedp.FromContext(ada.ctx).BrowserContextID,
	})
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
	shows := func(titles string) {
		t.Helper()
		ada.eval(`window.shown = undefined`)
		ada.await("it shows "+titles, fmt.Sprintf(`(navigator.serviceWorker.ready
			.then(r => r.getNotifications()).then(all => window.shown = all.map(n => n.title).sort().join()), window.shown === %q)`, titles))
	}
	deliver(`{"id":"n1","kind":"mention","title":"Ada mentioned you","url":"/rooms/general"}`)
	deliver(`{"id":"n2","kind":"direct","title":"Grace wrote to you","url":"/rooms"}`)
	shows("Ada mentioned you,Grace wrote to you")
	deliver(`{"withdraw":["n1"]}`)
	shows("Grace wrote to you")

	ada.do(chromedp.Click(button))
	ada.await("she is not notified any more", state+`.startsWith("This browser can notify you")`)
}
